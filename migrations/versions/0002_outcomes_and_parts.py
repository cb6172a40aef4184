"""How each run ended, and the parts of those that fall apart"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

OUTCOMES = ('found', 'stopped', 'infeasible', 'invalid', 'memory', 'time', 'crashed', 'faulty', 'lost')


def outcome() -> sa.Enum:
    return sa.Enum(*OUTCOMES, name='outcome', native_enum=False, length=30)


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outcome', outcome(), nullable=True))
    # What earlier runs came to is known as far as their state tells it.
    op.execute("UPDATE run SET outcome = 'found' WHERE state = 'solved'")
    op.execute("UPDATE run SET outcome = 'stopped' WHERE state = 'cancelled'")
    op.create_table('run_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('plan', sa.Text(), nullable=True),
    sa.Column('outcome', outcome(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('progress', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_part_run_id_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run_part')),
    sa.UniqueConstraint('job_id', name=op.f('uq_run_part_job_id')),
    sa.UniqueConstraint('run_id', 'position', name=op.f('uq_run_part_run_id_position'))
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table('run_part')
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_column('outcome')
